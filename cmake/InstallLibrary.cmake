# The CMake package `dunlin`: the public folders' headers and static libraries, as Dunlin::base, Dunlin::smpp and Dunlin::text.
include(CMakePackageConfigHelpers)

set(library_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dunlin)
install(TARGETS dunlin_base dunlin_smpp dunlin_text EXPORT dunlin COMPONENT library ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(folder base smpp text)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/include/dunlin/${folder})
    install(DIRECTORY include/dunlin/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/dunlin COMPONENT library FILES_MATCHING PATTERN *.hpp)
  endif()
endforeach()
install(EXPORT dunlin NAMESPACE Dunlin:: FILE dunlinTargets.cmake DESTINATION ${library_dir} COMPONENT library)
configure_package_config_file(cmake/dunlinConfig.cmake.in ${PROJECT_BINARY_DIR}/dunlinConfig.cmake INSTALL_DESTINATION ${library_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/dunlinConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/dunlinConfig.cmake ${PROJECT_BINARY_DIR}/dunlinConfigVersion.cmake DESTINATION ${library_dir} COMPONENT library)
