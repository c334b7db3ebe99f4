# What 'cmake --install' lays, and where a Debian host expects it. tests/system/install_test.py holds the tree to it.
set(DUNLIN_SYSTEMD_DIR ${CMAKE_INSTALL_PREFIX}/lib/systemd/system)
# systemd and dunlind look for the configuration here, whatever the prefix is.
set(DUNLIN_ETC_DIR /etc/dunlin)

foreach(program dunlind dunlin dunlin-smsc dunlin-bench)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

configure_file(systemd/dunlin.service.in systemd/dunlin.service @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/systemd/dunlin.service DESTINATION ${DUNLIN_SYSTEMD_DIR})
install(FILES systemd/dunlin.sysusers DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/sysusers.d RENAME dunlin.conf)
install(FILES systemd/dunlin.tmpfiles DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/tmpfiles.d RENAME dunlin.conf)

# An operator's configuration is never written over: the shipped one lies beside the documents too.
install(DIRECTORY DESTINATION ${DUNLIN_ETC_DIR}/credentials DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
install(CODE "
  if(NOT EXISTS \"\$ENV{DESTDIR}${DUNLIN_ETC_DIR}/dunlin.toml\")
    file(INSTALL \"${PROJECT_SOURCE_DIR}/conf/dunlin.toml\" DESTINATION \"${DUNLIN_ETC_DIR}\" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ)
  endif()
  if(NOT EXISTS \"\$ENV{DESTDIR}${DUNLIN_ETC_DIR}/countries.toml\")
    file(INSTALL \"${PROJECT_SOURCE_DIR}/conf/countries.toml\" DESTINATION \"${DUNLIN_ETC_DIR}\")
  endif()
  if(NOT EXISTS \"\$ENV{DESTDIR}${DUNLIN_ETC_DIR}/replies.toml\")
    file(INSTALL \"${PROJECT_SOURCE_DIR}/conf/replies.toml\" DESTINATION \"${DUNLIN_ETC_DIR}\")
  endif()
  if(NOT EXISTS \"\$ENV{DESTDIR}${DUNLIN_ETC_DIR}/templates.d\")
    file(INSTALL \"${PROJECT_SOURCE_DIR}/conf/templates.d\" DESTINATION \"${DUNLIN_ETC_DIR}\" FILES_MATCHING PATTERN *.toml)
  endif()
  if(NOT EXISTS \"\$ENV{DESTDIR}${DUNLIN_ETC_DIR}/plans.d\")
    file(INSTALL \"${PROJECT_SOURCE_DIR}/conf/plans.d\" DESTINATION \"${DUNLIN_ETC_DIR}\" FILES_MATCHING PATTERN *.toml)
  endif()")
install(FILES conf/dunlin.toml conf/countries.toml conf/replies.toml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(DIRECTORY conf/templates.d DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples FILES_MATCHING PATTERN *.toml)
install(DIRECTORY conf/plans.d DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples FILES_MATCHING PATTERN *.toml)

foreach(folder grafana prometheus samples)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/conf/${folder})
    install(DIRECTORY conf/${folder} DESTINATION ${CMAKE_INSTALL_DATADIR}/dunlin)
  endif()
endforeach()

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
foreach(document README.md CHANGELOG.md)
  if(EXISTS ${PROJECT_SOURCE_DIR}/${document})
    install(FILES ${document} DESTINATION ${CMAKE_INSTALL_DOCDIR})
  endif()
endforeach()
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.md)

include(${CMAKE_CURRENT_LIST_DIR}/InstallLibrary.cmake)
